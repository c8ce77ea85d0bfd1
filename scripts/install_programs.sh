#!/bin/sh
# The editors and shells that take in what crosswire gives them. They are no packages of Python: they are installed where
# the system's packages can be, and their tests are left out where they cannot.
missing=""
for program in vim emacs zsh fish; do
  command -v "$program" > /dev/null || missing="$missing $(echo "$program" | sed 's/^emacs$/emacs-nox/')"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  echo "not installed:$missing (their tests are left out)" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -qq -y --no-install-recommends $missing > /dev/null ||
  echo "could not be installed:$missing (their tests are left out)" >&2
