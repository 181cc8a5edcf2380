package batchsync

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// typeKind is what values of a type are, whatever a database calls it.
type typeKind int

const (
	kindUnknown typeKind = iota
	kindInteger
	kindDecimal
	kindFloat
	kindBool
	kindBits
	kindText
	kindEnum
	kindSet
	kindDate
	kindClock // a time of day, or a span
	kindMoment
	kindYear
	kindBinary
	kindJSON
	kindUUID
	kindNested
)

// columnType is a type as one of the databases, or the Lakehouse, writes it.
type columnType struct {
	kind             typeKind
	bits             int // of integers and floats
	unsigned         bool
	precision, scale int  // of decimals, -1 when not told
	length           int  // of texts and bits, -1 when not told or without limit
	large            bool // of the TEXT family
}

// typeWords are the words of MySQL, PostgreSQL, SQL Server and the Lakehouse.
// They are put together once and only read.
var typeWords = sync.OnceValue(func() map[string]columnType {
	out := map[string]columnType{}
	add := func(t columnType, words string) {
		for word := range strings.SplitSeq(words, ",") {
			out[word] = t
		}
	}
	add(columnType{kind: kindInteger, bits: 8}, "tinyint,int1")
	add(columnType{kind: kindInteger, bits: 16}, "smallint,int2,int16,smallserial,short")
	add(columnType{kind: kindInteger, bits: 24}, "mediumint,int3,middleint")
	add(columnType{kind: kindInteger, bits: 32}, "int,integer,int4,int32,serial")
	add(columnType{kind: kindInteger, bits: 64}, "bigint,int8,int64,bigserial,long,oid")
	add(columnType{kind: kindDecimal}, "decimal,numeric,dec,fixed,number")
	add(columnType{kind: kindDecimal, precision: 19, scale: 4}, "money")
	add(columnType{kind: kindDecimal, precision: 10, scale: 4}, "smallmoney")
	add(columnType{kind: kindFloat, bits: 32}, "float,float4,real,float32")
	add(columnType{kind: kindFloat, bits: 64}, "double,double precision,float8,float64")
	add(columnType{kind: kindBool}, "bool,boolean")
	add(columnType{kind: kindBits}, "bit,bit varying,varbit")
	add(columnType{kind: kindText}, "char,character,varchar,character varying,nchar,nvarchar,bpchar,varchar2,nvarchar2,name,sysname,string,citext")
	add(columnType{kind: kindText, large: true}, "text,tinytext,mediumtext,longtext,ntext,clob,xml")
	add(columnType{kind: kindEnum}, "enum")
	add(columnType{kind: kindSet}, "set")
	add(columnType{kind: kindDate}, "date")
	add(columnType{kind: kindClock}, "time,timetz,time without time zone,time with time zone,interval")
	add(columnType{kind: kindMoment}, "datetime,datetime2,smalldatetime,datetimeoffset,timestamp,timestamptz,timestamp without time zone,"+
		"timestamp with time zone,timestamp_ltz,timestamp_ntz,timestamp with local time zone")
	add(columnType{kind: kindYear}, "year")
	add(columnType{kind: kindBinary}, "binary,varbinary,blob,tinyblob,mediumblob,longblob,bytea,image,rowversion")
	add(columnType{kind: kindJSON}, "json,jsonb,variant")
	add(columnType{kind: kindUUID}, "uuid,uniqueidentifier")
	add(columnType{kind: kindNested}, "array,map,struct,vector")
	return out
})

// nestedText finds lists and records, as PostgreSQL and the Lakehouse write them.
var nestedText = regexp.MustCompile(`^(_[a-z]|(array|map|struct|vector)\b)|\[\]$`)

// typeText is a type's word, what stands in its brackets, and what follows.
var typeText = regexp.MustCompile(`^([a-z][a-z0-9_ ]*?) *(?:\((.*)\) *([a-z ]*))?$`)

// readType understands a type in any case. A type it does not know is unknown,
// not an error.
func readType(written string) columnType {
	s := strings.Join(strings.Fields(strings.ToLower(written)), " ")
	if nestedText.MatchString(s) {
		return columnType{kind: kindNested}
	}
	m := typeText.FindStringSubmatch(s)
	if m == nil {
		return columnType{}
	}
	word, rest := m[1], " "+m[3]+" "
	unsigned := strings.HasSuffix(word, " unsigned") || strings.Contains(rest, " unsigned ")
	for _, more := range []string{" zerofill", " unsigned", " signed", " identity"} {
		word = strings.TrimSuffix(word, more)
	}
	t, known := typeWords()[word]
	if !known {
		return columnType{}
	}
	t.unsigned = t.unsigned || unsigned
	t.measure(word, m[2])
	return t
}

// measure reads what stands in a type's brackets.
func (t *columnType) measure(word, inside string) {
	first, second, two := strings.Cut(inside, ",")
	n, err := strconv.Atoi(strings.TrimSpace(first))
	given := err == nil && n >= 0
	t.length = -1
	switch t.kind {
	case kindText, kindBits:
		if given {
			t.length = n
		} else if t.kind == kindBits {
			t.length = 1
		}
	case kindFloat:
		if word == "float" && given && !two && n > 24 {
			t.bits = 64
		}
	case kindDecimal:
		switch {
		case given:
			t.precision, t.scale = n, 0
			if s, err := strconv.Atoi(strings.TrimSpace(second)); two && err == nil {
				t.scale = s
			}
		case t.precision == 0:
			t.precision, t.scale = -1, -1
		}
	}
}
