#!/bin/sh
# Answers of a captured name, UDP, one server core and one client core: fogbank, dnsmasq and Unbound
# in turn, five rounds each, by dnsperf. Figures are thousands of answers per second of the server's
# processor time: where a client saturates the server they equal answers per second, and other work
# on the machine disturbs them less.
#
#   benchmarks/dns.sh BUILD_DIRECTORY [seconds per round]     needs dnsperf, dnsmasq-base, unbound
set -eu
build=$1
seconds=${2:-5}
unbound=${UNBOUND:-unbound}
work=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

port=5391
for region in us-east-1 eu-west-1 ap-southeast-2; do
  for service in sqs sns s3 dynamodb sts lambda kms ec2; do
    echo "$service.$region.amazonaws.com A"
    echo "$service.$region.amazonaws.com AAAA"
  done
done > "$work/queries"

cat > "$work/unbound.conf" <<CONF
server:
  num-threads: 1
  interface: 127.0.0.1@$port
  use-syslog: no
  verbosity: 0
  chroot: ""
  username: ""
  directory: "$work"
  pidfile: ""
  do-daemonize: no
  local-zone: "amazonaws.com." redirect
  local-data: "amazonaws.com. 5 IN A 198.18.45.76"
  local-data: "amazonaws.com. 5 IN AAAA fdf0:6ba0:4500::4c"
remote-control:
  control-enable: no
CONF

# Processor time of the server so far.
ticks() {
  awk '{print $14 + $15}' "/proc/$server/stat"
}

measure() {
  name=$1
  shift
  taskset -c 0 "$@" > "$work/log" 2>&1 &
  server=$!
  until dnsperf -s 127.0.0.1 -p $port -d "$work/queries" -n 1 -t 1 2>/dev/null |
    grep -q 'Queries completed: *48 '; do
    kill -0 "$server" || { cat "$work/log"; exit 1; }
  done
  rates=
  for round in 1 2 3 4 5; do
    before=$(ticks)
    answers=$(taskset -c 1 dnsperf -s 127.0.0.1 -p $port -d "$work/queries" -l "$seconds" -c 4 \
      -q 400 | sed -n 's/ *Queries completed: *\([0-9]*\).*/\1/p')
    rates="$rates $((answers * $(getconf CLK_TCK) / ($(ticks) - before) / 1000))"
  done
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
  median=$(printf '%s\n' $rates | sort -n | sed -n 3p)
  echo "$name:$rates median $median"
}

measure fogbank "$build/benchmarks/dns_bench" 127.0.0.1:$port
measure dnsmasq dnsmasq --no-daemon --conf-file=/dev/null --port=$port --listen-address=127.0.0.1 \
  --bind-interfaces --no-resolv --no-hosts --cache-size=10000 --user="$(id -un)" --pid-file= \
  --address=/amazonaws.com/198.18.45.76 --address=/amazonaws.com/fdf0:6ba0:4500::4c
measure unbound "$unbound" -d -c "$work/unbound.conf"
