#!/bin/bash
# Runs the unit under a systemd of its own, and prints how it went: tests/unit/in_systemd.sh PROGRAM [UNIT]
#
# systemd is process 1 of new namespaces (mounts, processes, network, cgroups), with a root of its own on a tmpfs: /usr is there read-only, nothing
# of the machine is changed, all ends with it. Needs root, systemd, curl, and cgroups of version 1 with a hierarchy for systemd; else it
# says `skipped`. The web page is allowed as the unit says.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
if [ "${1:-}" != --inside ]; then
    program=$(realpath "${1:?name the program}")
    unit=$(realpath "${2:-$here/config/wirefold.service}")
    if [ "$(id -u)" != 0 ] || [ ! -x /lib/systemd/systemd ] || [ ! -d /sys/fs/cgroup/systemd ] || ! command -v curl >/dev/null; then
        echo "skipped: this needs root, systemd, curl and cgroups of version 1"
        exit 0
    fi
    out=$(mktemp -d)
    group=/sys/fs/cgroup/systemd/wirefold-unit-$$
    mkdir "$group" "$out/root"
    setsid bash -c 'echo $$ >"$0/cgroup.procs"; exec unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup "$@"' "$group" \
        bash "$0" --inside "$out" "$group" "$program" "$unit" >"$out/console" 2>&1 &
    trial=$!
    for _ in $(seq 120); do
        [ ! -e "$out/done" ] || break
        sleep 1
    done
    kill -9 "$trial"
    wait "$trial" 2>/dev/null || true
    cat "$out/trial" || cat "$out/console"
    [ -e "$out/done" ] && verdict=0 || verdict=1
    grep -q '^wrong' "$out/trial" && verdict=1
    sleep 1
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    rm -rf "$out"
    exit $verdict
fi

out=$2 group=$3 program=$4 unit=$5
mount --make-rprivate /
mount -t tmpfs -o mode=755 none "$out/root"
cd "$out/root"
mkdir -p usr etc/systemd/system/wirefold.service.d etc/wirefold var/lib/wirefold var/log/journal var/tmp run tmp dev proc sys root out old
for link in bin sbin lib lib64; do ln -s usr/$link $link; done
mount --bind /usr usr
mount -o remount,bind,ro usr
mount -t tmpfs -o mode=755 none usr/local
mkdir usr/local/bin
install -m755 "$program" usr/local/bin/wirefold
cp /etc/ld.so.cache etc/
printf '%s\n' root:x:0:0:root:/root:/bin/bash wirefold:x:990:990::/var/lib/wirefold:/usr/sbin/nologin nobody:x:65534:65534::/:/usr/sbin/nologin >etc/passwd
printf '%s\n' root:x:0: wirefold:x:990: systemd-journal:x:991: nogroup:x:65534: >etc/group
printf 'passwd: files\ngroup: files\n' >etc/nsswitch.conf
echo 0123456789abcdef0123456789abcdef >etc/machine-id
# What looks after a machine has nothing to do here.
for idle in sysctl udevd udev-trigger modules-load random-seed remount-fs binfmt resolved networkd timesyncd logind update-utmp pstore sysusers firstboot; do
    ln -s /dev/null etc/systemd/system/systemd-$idle.service
done
cp "$unit" etc/systemd/system/wirefold.service
printf '[Service]\nPrivateNetwork=no\nIPAddressAllow=localhost\nRestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n' >etc/systemd/system/wirefold.service.d/web.conf
printf '[web]\nenabled = true\n' >etc/wirefold/wirefold.toml
install -d -o 990 -g 990 -m 2770 var/lib/wirefold/inbox
chown 990:990 var/lib/wirefold
printf '[Unit]\nWants=wirefold.service\nAfter=wirefold.service\n[Service]\nType=oneshot\nExecStart=/bin/bash /root/trial\nStandardOutput=file:/out/trial\nStandardError=file:/out/trial\n' \
    >etc/systemd/system/trial.service
cat >root/trial <<'TRIAL'
is() { if [ "$2" = "$3" ]; then echo "$1: $2"; else echo "wrong: $1 is '$2' instead of '$3'"; fi; }
show() { systemctl show wirefold -p "$1" --value; }
ask() { curl -s --unix-socket /var/lib/wirefold/data/wirefold.db.health "http://localhost/$1"; }
inbox=/var/lib/wirefold/inbox
is "state" "$(show ActiveState)" active
printf 'Title: Wells of Orun\n\nThe council of Orun met on wells, roads and schools.\n' >$inbox/a.txt
printf '<html><title>افتتاح جسر</title><article><h1>افتتاح جسر تريم</h1><p>افتتح المحافظ جسر تريم صباح الأحد بعد أعوام من العمل، وعبرته أول القوافل.</p></article></html>' >$inbox/b.html
chown wirefold: $inbox/*
for _ in $(seq 60); do [ "$(ask metrics | sed -n 's/^wirefold_articles_total //p')" != 2 ] || break; sleep 0.5; done
is "articles" "$(ask metrics | sed -n 's/^wirefold_articles_total //p')" 2
is "parsers" "$(ask metrics | sed -n 's/^wirefold_parsers_started_total //p')" 1
pid=$(show MainPID)
is "page" "$(nsenter -t "$pid" -n curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:7311/)" 200
is "capabilities" "$(sed -n 's/^CapBnd:\t//p' /proc/$pid/status)" 0000000000000000
is "seccomp" "$(sed -n 's/^Seccomp:\t//p' /proc/$pid/status)" 2
systemctl reload wirefold
is "after a reload" "$(show ActiveState)" active
kill -9 "$pid"
for _ in $(seq 60); do [ "$(show NRestarts) $(show ActiveState)" != "1 active" ] || break; sleep 0.5; done
is "starts again after a kill" "$(show NRestarts) $(show ActiveState)" "1 active"
systemctl stop wirefold
is "result of the end" "$(show Result) $(show ExecMainStatus)" "success 0"
journalctl --sync
journalctl --no-pager -o cat -u wirefold
touch /out/done
TRIAL
mount --bind "$out" out
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro none sys
mount -t tmpfs none sys/fs/cgroup
mkdir sys/fs/cgroup/systemd
mount --bind "$group" sys/fs/cgroup/systemd
mount -t tmpfs -o mode=755 none dev
for device in null zero full random urandom tty; do
    touch dev/$device
    mount --bind /dev/$device dev/$device
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 none dev/pts
ln -s pts/ptmx dev/ptmx
touch dev/console
mount -t tmpfs -o mode=755 none run
mount -t tmpfs none tmp
pivot_root . old
cd /
umount -l /old
exec env -i container=unit PATH=/usr/sbin:/usr/bin /lib/systemd/systemd --system --unit=trial.service --log-target=console --show-status=0
