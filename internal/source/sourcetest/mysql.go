package sourcetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// StartMySQL starts MariaDB and returns its address for Owner, without a
// database: tests create their own. There are no time zones and no TLS.
func StartMySQL(t T) string {
	t.Helper()
	daemon, install := program(t, "mariadbd"), program(t, "mariadb-install-db")
	dir, port := home(t), freePort(t)
	data, first := filepath.Join(dir, "data"), filepath.Join(dir, "first.sql")
	// A server that starts removes the temporary tables it finds, so each needs
	// a place of its own for them.
	own := "--tmpdir=" + dir
	run(t, dir, install, "--no-defaults", own, "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	accounts := fmt.Sprintf(`CREATE USER '%[1]s'@'%%' IDENTIFIED BY '%[3]s';
GRANT ALL ON *.* TO '%[1]s'@'%%' WITH GRANT OPTION;
CREATE USER '%[2]s'@'%%' IDENTIFIED BY '%[3]s';
GRANT SELECT, SHOW VIEW ON *.* TO '%[2]s'@'%%';
`, Owner, Reader, Password)
	if err := os.WriteFile(first, []byte(accounts), 0o644); err != nil {
		t.Fatalf("accounts of the server: %v", err)
	}
	s := server{dir: dir, dsn: address("mysql", port, "/"), stop: syscall.SIGKILL, run: []string{
		daemon, "--no-defaults", own, "--datadir=" + data, "--init-file=" + first, "--port=" + strconv.Itoa(port),
		"--bind-address=127.0.0.1", "--socket=s", "--pid-file=" + filepath.Join(dir, "pid"), "--skip-name-resolve",
		"--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--performance-schema=OFF",
	}}
	return s.start(t)
}
