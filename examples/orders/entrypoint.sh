#!/bin/sh
# The first process of a container ends on a signal only if it asks for it, and httpd does not.
httpd -f -p "${PORT}" -h /srv/public -c /srv/httpd.conf &
server=$!
trap 'kill "$server"' TERM INT
wait "$server"
