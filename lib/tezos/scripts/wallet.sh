#!/bin/sh
# Brings the wallet of the baker (public_keys, public_key_hashs, secret_keys in Octez's base directory) to what the
# configuration says. Asks nobody: a baker must start while every signer is away. Nothing else in the folder is touched:
# high watermarks, nonces and the baker's state are what keeps it from signing twice.
#
# Environment
#   DATA_DIR              the baker's disk; the wallet is in its folder client
#   WALLET_DIR            the wanted files, as the configuration has them
#   OWN_ALIASES           aliases that the configuration decides on, with a space between; all others are left alone
#   AUTHENTICATION_ALIAS  alias of the key that proves this baker to octez-signer; empty: there is none
#   AUTHENTICATION_FILE   a file with that key's private half: unencrypted:edsk… or edsk…
set -eu
umask 077
# shellcheck source=lib/tezos/scripts/common.sh
. "$(dirname "$0")/common.sh"

client="$DATA_DIR/client"

main() {
  error=$(mkdir -p "$client" 2>&1) || fail "can't make $client ($(reason "$error")): it must belong to user $(id -u)"
  read_authentication_key
  for name in public_keys public_key_hashs secret_keys; do
    install "$name"
  done
}

# Sets $authentication_key: the locator of the private key, or nothing.
read_authentication_key() {
  authentication_key=
  if [ -z "${AUTHENTICATION_ALIAS:-}" ]; then
    return 0
  fi
  if ! authentication_key=$(cat "$AUTHENTICATION_FILE" 2>/dev/null); then
    log "WARNING: $AUTHENTICATION_FILE can't be read: signers that require authentication will refuse to sign until" \
      "the secret has a version"
    # The key of an earlier start stays.
    OWN_ALIASES=$(printf ' %s ' "$OWN_ALIASES" | sed "s/ $AUTHENTICATION_ALIAS / /")
    return 0
  fi
  authentication_key="unencrypted:${authentication_key#unencrypted:}"
  case $authentication_key in
    unencrypted:*[!0-9A-Za-z]*) authentication_key=wrong ;;
  esac
  # edsk… of a seed has 54 characters, of a seed with its public key 98.
  case ${#authentication_key}:$authentication_key in
    66:unencrypted:edsk* | 110:unencrypted:edsk*) ;;
    *) fail "$AUTHENTICATION_FILE holds no unencrypted ed25519 secret key: it must be edsk… or unencrypted:edsk…, alone" ;;
  esac
}

install() { # name
  file="$client/$1"
  [ -r "$WALLET_DIR/$1" ] || fail "$WALLET_DIR/$1 can't be read: the wallet of the configuration is not mounted"

  addition=
  if [ "$1" = secret_keys ]; then
    addition=$authentication_key
  fi
  current=$file
  # A pipe would keep awk waiting for ever.
  if [ -e "$file" ] && [ ! -f "$file" ]; then
    current=/dev/null
  fi
  status=0
  text=$(ADD_NAME="${AUTHENTICATION_ALIAS:-}" ADD_VALUE="$addition" \
    awk -v wanted="$WALLET_DIR/$1" -v current="$current" -v own="$OWN_ALIASES" \
    -f "$scripts/json.awk" -f "$scripts/wallet.awk") || status=$?
  # A file that exists but can't be read looks missing to awk, and zeros at the end (a power cut) look like an end.
  if [ -f "$file" ] && { [ ! -r "$file" ] || [ "$(tr -d '\000' <"$file" | wc -c)" -ne "$(wc -c <"$file")" ]; }; then
    status=12
  fi

  case $status in
    0) log "$1 is right" ;;
    10)
      replace "$file" "$text"
      log "$1 written"
      ;;
    11)
      keep_aside "$file"
      replace "$file" "$text"
      log "$1 written: an alias of the configuration was dropped or changed; the file of before is kept as $kept"
      ;;
    12)
      keep_aside "$file"
      replace "$file" "$text"
      log "WARNING: $1 was broken or unreadable and has been written anew; it is kept as $kept: aliases that were made" \
        "by hand are to be added again"
      ;;
    *) fail "$WALLET_DIR/$1 is no wallet file (awk ended with $status): synthesise and deploy again" ;;
  esac
}

main
