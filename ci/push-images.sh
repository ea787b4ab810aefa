#!/usr/bin/env bash
# Builds and pushes each image of this repository that the stack `baker` uses, unless the registry already has it:
# REGION-docker.pkg.dev/PROJECT/NAME/IMAGE:TAG is built from images/IMAGE. The tag is the hash of that folder and is
# immutable, so an existing image is the right one. Other images in that registry are not ours, and are left alone.
#
# It asks the registry as gcloud's account, and registers gcloud as docker's credential helper for that registry, so that
# docker pushes as the same account, with a token that lives for an hour at most.
#
#   push-images.sh [cdk.tf.json]   default: cdktf.out/stacks/baker/cdk.tf.json
set -euo pipefail

stack=${1:-cdktf.out/stacks/baker/cdk.tf.json}
folder=$(cd "$(dirname "$0")/.." && pwd)/images

fail() {
  printf '%s\n' "push-images.sh: $1" "${@:2}" >&2
  exit 1
}

for program in jq curl gcloud docker; do
  command -v "$program" > /dev/null || fail "$program is not installed."
done
[ -f "$stack" ] || fail "$stack does not exist. Write it with: npm run synth -- CONFIG"

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# The status of the registry's answer about an image, with its body in $answer. "docker manifest inspect" says "no such
# manifest" also to someone who is not signed in, so it can't tell whether an image exists.
# https://cloud.google.com/artifact-registry/docs/reference/docker-api
ask_registry() {
  local image=$1
  # The token goes through a pipe: other users of this machine can read the arguments of a process.
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl --config - --silent --show-error --location --retry 2 --max-time 60 --output "$answer" --write-out '%{http_code}' \
      --header "Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json" \
      --header "Accept: application/vnd.docker.distribution.manifest.list.v2+json" \
      --header "Accept: application/vnd.docker.distribution.manifest.v2+json" \
      "https://${image%%/*}/v2/$(path_of "$image")/manifests/${image##*:}"
}

# PROJECT/NAME/IMAGE of REGION-docker.pkg.dev/PROJECT/NAME/IMAGE:TAG.
path_of() {
  local path=${1#*/}
  echo "${path%:*}"
}

images=$(jq -r '[.. | objects | .image? | strings | select(test("^[a-z0-9-]+-docker\\.pkg\\.dev/[^@]+:[^@/]+$"))] | unique[]' "$stack")
for image in $images; do
  registry=${image%%/*}
  name=$(basename "$(path_of "$image")")
  [ -d "$folder/$name" ] || continue

  token=$(gcloud auth print-access-token) || fail "gcloud is not signed in. Run: gcloud auth login"
  status=$(ask_registry "$image") || fail "$registry can't be reached, so it is unknown whether $image exists. Try again."
  case $status in
    200)
      echo "$image already exists."
      continue
      ;;
    404) ;;
    401 | 403)
      fail "$registry refuses to show $image to $(gcloud config get-value account 2> /dev/null): HTTP $status." \
        "The account needs roles/artifactregistry.writer in the project. To use another one: gcloud auth login"
      ;;
    *) fail "$registry answers HTTP $status, so it is unknown whether $image exists:" "$(head -c 1000 "$answer")" ;;
  esac

  docker build --platform linux/amd64 --tag "$image" "$folder/$name"
  gcloud auth configure-docker "$registry" --quiet
  docker push "$image" ||
    fail "docker can't push $image." \
      "- Denied or unauthorised: run \"gcloud auth configure-docker $registry\" as the user who runs docker. The account of" \
      "  gcloud needs roles/artifactregistry.writer in the project." \
      "- Name unknown: the repository does not exist yet. Deploy the stack platform first."
done
