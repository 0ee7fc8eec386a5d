#!/bin/sh
# Makes the passwords and the token that compose.yaml needs, in the folder `secrets` beside it. What is there already is kept.
set -eu
umask 077
folder="$(cd "$(dirname "$0")/../.." && pwd)/secrets"
mkdir -p "$folder"

make() { # file, text
  [ -s "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"
  # The folder keeps others out. The file is mounted into containers whose users have other numbers.
  chmod 0444 "$folder/$1"
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

make postgres-password "$(random)"
make owner-password "$(random)"
make service-password "$(random)"
make database-url "postgres://rollcall:$(cat "$folder/owner-password")@database:5432/rollcall"
make database-service-url "postgres://rollcall_requests:$(cat "$folder/service-password")@database:5432/rollcall"
make admin-token "$(random)"
