#!/bin/sh
# The walks need a real Chromium: Debian's package. As root it is installed here, else the one command is printed.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo 'The browser tests need Chromium. Run: sudo apt-get install chromium' >&2
exit 1
