#!/bin/sh
# container-root.sh ROOT APPLICATION IMAGE USER COMMAND...
#
# Runs COMMAND as another user in a root file system of its own: the system without any CUDA toolkit, and read-only views
# of the application at /opt/dg and of the image at /srv/image. Needs root; nothing of it is left afterwards.
set -eu
root=$1 application=$2 image=$3 user=$4
shift 4

if [ "${DG_IN_NAMESPACE:-}" != 1 ]; then
  export DG_IN_NAMESPACE=1
  exec unshare --mount --pid --fork -- "$0" "$root" "$application" "$image" "$user" "$@"
fi
unset DG_IN_NAMESPACE

mount --make-rprivate /
mount -t tmpfs tmpfs "$root"
mkdir -p "$root/opt/dg" "$root/srv/image" "$root/proc" "$root/tmp"
chmod 1777 "$root/tmp"
for folder in bin dev etc lib lib32 lib64 sbin sys usr var; do
  [ -e "/$folder" ] || continue
  if [ -L "/$folder" ]; then
    cp -P "/$folder" "$root/$folder"
  else
    mkdir "$root/$folder"
    mount --rbind "/$folder" "$root/$folder"
  fi
done
for toolkit in "$root"/usr/local/cuda*; do
  [ -d "$toolkit" ] && [ ! -L "$toolkit" ] && mount -t tmpfs tmpfs "$toolkit"
done
for compiler in /usr/bin/nvcc /usr/local/bin/nvcc; do
  [ -e "$compiler" ] && mount --bind /dev/null "$root$compiler"
done
mount -t proc proc "$root/proc"
mount --bind "$application" "$root/opt/dg"
mount -o remount,bind,ro "$root/opt/dg"
mount --bind "$image" "$root/srv/image"
mount -o remount,bind,ro "$root/srv/image"

exec chroot --userspec="$user:$user" "$root" "$@"
