package main

import (
	"reflect"

	"github.com/kelseyhightower/envconfig"
)

// readSettings reads the environment into a struct of settings, one at a time,
// so that each that does not have the form it must have is told. Such a one has
// its default then, and what is told does not hold its value: it may be a secret
// that went into the wrong line.
func readSettings(into any) (wrong []error) {
	all := reflect.ValueOf(into).Elem()
	for _, f := range reflect.VisibleFields(all.Type()) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		v, err := readSetting(prefix, f.Name, f.Type, f.Tag)
		if err != nil {
			wrong = append(wrong, wrongForm(f))
			v, _ = readSetting(noPrefix, f.Name, f.Type, `default:"`+reflect.StructTag(f.Tag.Get("default"))+`"`)
		}
		all.FieldByIndex(f.Index).Set(v)
	}
	return wrong
}

// noPrefix begins the name of no variable: what is read with it is the default.
const noPrefix = "="

func readSetting(prefix, name string, of reflect.Type, tag reflect.StructTag) (reflect.Value, error) {
	one := reflect.New(reflect.StructOf([]reflect.StructField{{Name: name, Type: of, Tag: tag}}))
	err := envconfig.Process(prefix, one.Interface())
	return one.Elem().Field(0), err
}

// wrongForm tells the form that a setting must have.
func wrongForm(f reflect.StructField) error {
	name, usual := f.Tag.Get("envconfig"), f.Tag.Get("default")
	switch f.Type.String() {
	case "time.Duration":
		return &settingError{name, "is no duration", "write a number with its unit such as " + usual + ", with h, m or s"}
	case "int":
		return &settingError{name, "is no number", "write a whole number such as " + usual}
	case "bool":
		return &settingError{name, "is neither true nor false", "write true or false"}
	}
	return &settingError{name, "cannot be read", "see what bot env says of it"}
}
