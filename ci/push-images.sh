#!/usr/bin/env bash
# Builds and pushes each image of this repository that the stack `baker` uses, unless the registry already has it:
# REGION-docker.pkg.dev/PROJECT/NAME/IMAGE:TAG is built from images/IMAGE. The tag is the hash of that folder and is
# immutable, so an existing image is the right one.
#
#   push-images.sh [cdk.tf.json]   default: cdktf.out/stacks/baker/cdk.tf.json
set -euo pipefail

stack=${1:-cdktf.out/stacks/baker/cdk.tf.json}
folder=$(cd "$(dirname "$0")/.." && pwd)/images

images=$(jq -r '[.. | objects | .image? | strings | select(test("^[a-z0-9-]+-docker\\.pkg\\.dev/"))] | unique[]' "$stack")
for image in $images; do
  name=${image%:*}
  name=${name##*/}
  if docker manifest inspect "$image" > /dev/null 2>&1; then
    echo "$image already exists."
    continue
  fi
  docker build --platform linux/amd64 --tag "$image" "$folder/$name"
  docker push "$image"
done
