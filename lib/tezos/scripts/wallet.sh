#!/bin/sh
# Updates the baker's wallet (public_keys, public_key_hashs, secret_keys in Octez's base directory) to match the
# configuration. Needs no network, because a baker must start while all signers are offline. Touches nothing else in the
# folder: high watermarks, nonces and the baker's state keep it from signing twice.
#
# Environment
#   DATA_DIR              the baker's disk; the wallet is in its folder client
#   WALLET_DIR            the wanted files, from the configuration
#   OWN_ALIASES           aliases that the configuration owns, separated by spaces; all others are left alone
#   AUTHENTICATION_ALIAS  alias of the key with which the baker authenticates to octez-signer; empty if it doesn't
#   AUTHENTICATION_FILE   file with that key's private half: unencrypted:edsk… or edsk…
set -eu
umask 077
# shellcheck source=lib/tezos/scripts/common.sh
. "$(dirname "$0")/common.sh"

client="$DATA_DIR/client"

main() {
  error=$(mkdir -p "$client" 2>&1) ||
    fail "can't create $client ($(reason "$error")): $DATA_DIR must be writable by user $(id -u)"
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
    log "WARNING: can't read $AUTHENTICATION_FILE: signers that require authentication will refuse to sign until the" \
      "secret has a version"
    # Keeps the key of an earlier start.
    OWN_ALIASES=$(printf ' %s ' "$OWN_ALIASES" | sed "s/ $AUTHENTICATION_ALIAS / /")
    return 0
  fi
  authentication_key="unencrypted:${authentication_key#unencrypted:}"
  case $authentication_key in
    unencrypted:*[!0-9A-Za-z]*) authentication_key=wrong ;;
  esac
  # edsk… has 54 characters if it is a seed, and 98 if it is a seed with its public key.
  case ${#authentication_key}:$authentication_key in
    66:unencrypted:edsk* | 110:unencrypted:edsk*) ;;
    *)
      fail "$AUTHENTICATION_FILE is not an unencrypted ed25519 secret key: it must contain edsk… or" \
        "unencrypted:edsk…, and nothing else"
      ;;
  esac
}

install() { # name
  file="$client/$1"
  [ -r "$WALLET_DIR/$1" ] || fail "can't read $WALLET_DIR/$1: the ConfigMap is not mounted"

  addition=
  if [ "$1" = secret_keys ]; then
    addition=$authentication_key
  fi
  current=$file
  # awk would wait forever for a named pipe.
  if [ -e "$file" ] && [ ! -f "$file" ]; then
    current=/dev/null
  fi
  status=0
  text=$(ADD_NAME="${AUTHENTICATION_ALIAS:-}" ADD_VALUE="$addition" \
    awk -v wanted="$WALLET_DIR/$1" -v current="$current" -v own="$OWN_ALIASES" \
    -f "$scripts/json.awk" -f "$scripts/wallet.awk") || status=$?
  # For awk an unreadable file is a missing one, and zeros (after a power cut) are the end of the file.
  if [ -f "$file" ] && { [ ! -r "$file" ] || [ "$(tr -d '\000' <"$file" | wc -c)" -ne "$(wc -c <"$file")" ]; }; then
    status=12
  fi

  case $status in
    0) log "$1 is up to date" ;;
    10)
      replace "$file" "$text"
      log "wrote $1"
      ;;
    11)
      keep_copy "$file"
      replace "$file" "$text"
      log "wrote $1, with an alias changed or removed; the previous file is $kept"
      ;;
    12)
      keep_copy "$file"
      replace "$file" "$text"
      log "WARNING: $1 was damaged or unreadable and has been replaced; the previous file is $kept. Add aliases of" \
        "your own again"
      ;;
    *) fail "$WALLET_DIR/$1 is not a wallet file (awk exited with $status): synthesise and deploy again" ;;
  esac
}

main
