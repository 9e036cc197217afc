# Process 1 of one machine node, in namespaces of its own. Arguments: the node's folder, its number, the hub's name.
# The machine's whole file system is a copy on write of this one in memory; it goes with the last process.
set -e
folder=$1 number=$2 hub=$3
mount -t tmpfs -o mode=755,size=512m tmpfs "$folder/mnt"
cd "$folder/mnt"
mkdir up work root
mount -t overlay overlay -o lowerdir=/,upperdir=up,workdir=work root
hostname "vm$number"
ip link set lo up
ip link add eth0 type veth peer name "v$number" netns "$hub"
ip addr add "10.77.0.$((number + 10))/24" dev eth0
ip link set eth0 up
ip -n "$hub" link set "v$number" master br0 up
cd root
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mkdir -p run/sshd root/.ssh
rm -f etc/ssh/ssh_host_*
cp "$folder/host_key" etc/ssh/ssh_host_ed25519_key
cp "$folder/authorized_keys" root/.ssh/authorized_keys
chmod 700 root root/.ssh
chmod 600 etc/ssh/ssh_host_ed25519_key root/.ssh/authorized_keys
: > root/.bashrc
echo "vm$number" > etc/hostname
printf '127.0.0.1 localhost\n10.77.0.%s vm%s\n' "$((number + 10))" "$number" > etc/hosts
pivot_root . mnt
exec chroot . /bin/sh -ec 'umount -l /mnt; exec /usr/sbin/sshd "$@"' sshd -D -e -f /dev/null -h /etc/ssh/ssh_host_ed25519_key \
  -o PidFile=none -o UsePAM=no -o PasswordAuthentication=no -o PermitRootLogin=yes -o UseDNS=no -o LogLevel=VERBOSE \
  -o 'Subsystem=sftp internal-sftp' -o MaxStartups=2000 -o MaxSessions=100 < /dev/null
