# Mounts data volumes at an instance's first boot: the lines of $volumes are DEVICE MOUNT_POINT FILESYSTEM. Only blank volumes
# are formatted; the content of others is kept.
set -euo pipefail
dev=/dev
fstab=/etc/fstab
tries=30

fail() {
  echo "volumes: $*" >&2
  exit 1
}

# An NVMe controller returns the EC2 device name in the vendor-specific part of its identification.
# https://docs.aws.amazon.com/ebs/latest/userguide/identify-nvme-ebs-device.html
nvme_name() {
  "$python" - "$1" <<'PYTHON'
import ctypes, fcntl, struct, sys
said = ctypes.create_string_buffer(4096)
identify = struct.pack("=BBHIIIQQ10I", 6, 0, 0, 0, 0, 0, 0, ctypes.addressof(said), 0, 4096, 1, 0, 0, 0, 0, 0, 0, 0)
with open(sys.argv[1], "rb") as device:
    fcntl.ioctl(device, 0xC0484E41, identify)
name = said.raw[3072:3104].split(b"\0")[0].decode("ascii", "replace").strip()
print(name[5:] if name.startswith("/dev/") else name)
PYTHON
}

# Finds the device by its name or a link, by its Xen name, or the NVMe device with this EC2 device name.
find_device() {
  local name=${1#/dev/} one
  local letter=${name#sd}
  letter=${letter#xvd}
  for one in "$dev/$name" "$dev/sd$letter" "$dev/xvd$letter"; do
    if [ -b "$one" ]; then
      readlink -f "$one"
      return 0
    fi
  done
  for one in "$dev"/nvme*n1; do
    if [ -b "$one" ]; then
      case "$(nvme_name "$one" 2>/dev/null || true)" in
        "sd$letter" | "xvd$letter")
          echo "$one"
          return 0
          ;;
      esac
    fi
  done
  return 1
}

await_device() {
  local try
  for ((try = 0; try < tries; try++)); do
    if find_device "$1"; then return 0; fi
    sleep 1
  done
  fail "there is no device '$1' after $tries seconds; does the launch template have that volume?"
}

# 2: blkid could read the device and found nothing
make_filesystem() {
  local found=0
  dd if="$1" of=/dev/null bs=4096 count=1 2>/dev/null || fail "'$1' cannot be read"
  blkid -p "$1" >/dev/null || found=$?
  case $found in
    0) return 0 ;;
    2) ;;
    *) fail "it is not clear what is on '$1'; it is left as it is" ;;
  esac
  command -v "mkfs.$2" >/dev/null || fail "the image has no 'mkfs.$2'; install it, or take the other filesystem"
  echo "volumes: '$1' is blank; it is given a filesystem, $2"
  "mkfs.$2" -q "$1" >/dev/null
}

mount_volume() {
  local device kind uuid
  device=$(await_device "$1")
  make_filesystem "$device" "$3"
  kind=$(blkid -p -s TYPE -o value "$device" || true)
  uuid=$(blkid -p -s UUID -o value "$device" || true)
  if [ -z "$kind" ] || [ -z "$uuid" ]; then fail "'$device' holds no filesystem, but something else; it is left as it is"; fi
  mkdir -p "$2"
  # nofail: without the volume the instance still boots, so that somebody can inspect it
  grep -q "^UUID=$uuid " "$fstab" || echo "UUID=$uuid $2 $kind defaults,nofail 0 2" >>"$fstab"
  mountpoint -q "$2" || mount -t "$kind" "$device" "$2" || fail "'$device' cannot be mounted at '$2'"
  echo "volumes: '$1' is mounted at '$2'"
}

# cloud-init depends on Python, whose command has different names
python=$(command -v python3 || sed -n '1s/^#! *\([^ ]*\).*/\1/p' "$(command -v cloud-init || echo /dev/null)")
while read -r device mount_point filesystem; do
  mount_volume "$device" "$mount_point" "$filesystem"
done <<<"$volumes"
