import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderTag, forwarderImage, imageFolder } from "../../../lib/forwarder/image";

describe("the tag of a folder", () => {
  let folder: string;
  const file = (path: string) => join(folder, path);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "image-"));
    mkdirSync(file("etc"));
    writeFileSync(file("Dockerfile"), "FROM scratch\n");
    writeFileSync(file("etc/motd"), "hello\n");
    writeFileSync(file("run.sh"), "#!/bin/sh\n");
    chmodSync(file("run.sh"), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const changes: Record<string, () => void> = {
    "a file's content": () => writeFileSync(file("etc/motd"), "Hello\n"),
    "a file's name": () => {
      writeFileSync(file("etc/issue"), "hello\n");
      rmSync(file("etc/motd"));
    },
    "an additional file": () => writeFileSync(file("etc/empty"), ""),
    "text that moves from one file to the next": () => {
      writeFileSync(file("Dockerfile"), "FROM ");
      writeFileSync(file("etc/motd"), "scratch\nhello\n");
    },
    "an executable bit": () => chmodSync(file("run.sh"), 0o644),
  };
  test.each(Object.keys(changes))("changes with %s", (name) => {
    const before = folderTag(folder);
    changes[name]!();
    expect(folderTag(folder)).not.toBe(before);
  });

  test("is the same in every checkout", () => {
    const before = folderTag(folder);
    utimesSync(file("Dockerfile"), 0, 0);
    chmodSync(file("Dockerfile"), 0o600);
    chmodSync(file("run.sh"), 0o700);
    expect(folderTag(folder)).toBe(before);
  });
});

test("the image's reference consists of repository, name and tag", () => {
  const image = forwarderImage("us-central1-docker.pkg.dev/project/hodl-farm");
  expect(image).toBe(`us-central1-docker.pkg.dev/project/hodl-farm/signer-forwarder:${folderTag(imageFolder)}`);
  expect(image).toMatch(/:[0-9a-f]{16}$/);
});

describe("the Dockerfile", () => {
  const dockerfile = readFileSync(join(imageFolder, "Dockerfile"), "utf8");

  test("pins its base image by digest, and takes packages and timestamps from the same day", () => {
    const [, day] = /^FROM \S+:trixie-(\d{8})-slim@sha256:[0-9a-f]{64} AS \w+$/m.exec(dockerfile)!;
    const snapshots = [...dockerfile.matchAll(/snapshot\.debian\.org\/archive\/\S+\/(\d{8})T000000Z/g)];
    expect(snapshots.map(([, snapshot]) => snapshot)).toEqual([day, day]);
    const [, epoch] = /^ARG SOURCE_DATE_EPOCH=(\d+)$/m.exec(dockerfile)!;
    expect(new Date(Number(epoch) * 1000).toISOString().slice(0, 10).replaceAll("-", "")).toBe(day);
  });

  test("runs as an unprivileged user, given by number", () => {
    expect([...dockerfile.matchAll(/^USER (.*)$/gm)].map(([, user]) => user)).toEqual(["1000:1000"]);
  });

  test("copies exactly what .dockerignore admits", () => {
    const admitted = readFileSync(join(imageFolder, ".dockerignore"), "utf8")
      .match(/^!.*$/gm)!
      .map((line) => line.slice(1));
    expect([...dockerfile.matchAll(/^COPY (?!--from=)(\S+) /gm)].map(([, source]) => source)).toEqual(admitted);
  });
});
