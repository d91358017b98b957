#!/bin/bash
# A host of its own for tests: private network, mounts and processes, with writable copies of the
# folders that `fogbank up` changes. Lives until its standard input ends. $1: the build folder.
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
for folder in etc var usr/local root; do
  mkdir -p "/mnt/$folder/upper" "/mnt/$folder/work"
  layers=lowerdir=/$folder,upperdir=/mnt/$folder/upper,workdir=/mnt/$folder/work
  mount -t overlay overlay -o "$layers" "/$folder"
done
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /dev/shm
ip link set lo up
mkdir -p /usr/local/bin /usr/local/libexec/fogbank /etc/fogbank
cp "$1/fogbank" /usr/local/bin/
cp "$1/fogbank-netd" /usr/local/libexec/fogbank/
# The workplace may have a resolver of its own mounted here; the test host has an ordinary file.
umount /etc/resolv.conf 2>/dev/null || true
rm -f /etc/resolv.conf
echo "nameserver 192.0.2.53" >/etc/resolv.conf
echo ready
cat >/dev/null
