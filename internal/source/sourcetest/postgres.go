package sourcetest

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// StartPostgres starts PostgreSQL and returns its address for Owner, in the
// database postgres. Passwords are checked; there is no TLS.
func StartPostgres(t T) string {
	t.Helper()
	const installed = "/usr/lib/postgresql/*/bin/"
	daemon, install := program(t, "postgres", installed+"postgres"), program(t, "initdb", installed+"initdb")
	dir, port := home(t), freePort(t)
	data, secret := filepath.Join(dir, "data"), filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte(Password+"\n"), 0o644); err != nil {
		t.Fatalf("password of the server: %v", err)
	}
	run(t, dir, install, "-D", data, "-U", Owner, "--auth=scram-sha-256", "--pwfile="+secret, "--no-sync", "--encoding=UTF8", "--locale=C")
	s := server{dir: dir, dsn: address("postgres", port, "/postgres"), stop: syscall.SIGQUIT, run: []string{
		daemon, "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=20",
	}}
	dsn := s.start(t)
	Exec(t, dsn, "CREATE ROLE "+Reader+" LOGIN PASSWORD '"+Password+"'", "GRANT pg_read_all_data TO "+Reader)
	return dsn
}
