#!/bin/sh
# Runs workerd so that it cannot outlive the host: after a `kill -9` of the host an orphan would keep the port and
# the database. A Ctrl-C goes to the whole process group; the host alone decides when workerd stops.
trap '' INT HUP
if command -v setpriv >/dev/null 2>&1 && setpriv --pdeathsig KILL true 2>/dev/null; then
  exec setpriv --pdeathsig KILL "$ALLCLEAR_WORKERD" "$@"
fi
exec "$ALLCLEAR_WORKERD" "$@"
