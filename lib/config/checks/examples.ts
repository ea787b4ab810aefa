import { exampleValues } from "../facts/example-values";
import type { Findings } from "../reading/findings";
import { pathText, type Path } from "../reading/problems";
import type { Readable } from "../reading/shape";
import { keyRoles } from "../schema/baker";
import type { Configuration } from "../schema/configuration";
import { each } from "./each";

/** Warns of what was copied from an example and must be replaced, in one message. */
export function checkExamples(configuration: Readable<Configuration>, findings: Findings): void {
  const [first, ...others] = exampleFields(configuration);
  if (!first) return;
  const list = others.length > 0 ? `. So are ${others.map(pathText).join(", ")}` : "";
  findings.warning(
    first,
    `is the value of an example${list}. Replace ${others.length > 0 ? "them by yours" : "it by yours"}.`,
  );
}

/**
 * The fields that have the value of an example, in the order of the schema. checks/forwarders.ts warns of documentation
 * addresses.
 */
export function exampleFields(configuration: Readable<Configuration>): Path[] {
  return personalValues(configuration)
    .filter(([, value]) => value !== undefined && exampleValues.has(withoutTypeAndComment(value)))
    .map(([path]) => path);
}

/** The fields of which everybody has values of their own. */
export function personalValues({
  google,
  tezos,
  bakers,
  signers,
  forwarders,
  alerts,
  state,
}: Readable<Configuration>): [Path, string | undefined][] {
  return [
    [["google", "project"], google?.project],
    [["tezos", "snapshot", "url"], tezos?.snapshot?.url],
    [["tezos", "snapshot", "blockHash"], tezos?.snapshot?.blockHash],
    ...each(bakers).flatMap(([index, baker]): [Path, string | undefined][] => [
      ...keyRoles.map((role): [Path, string | undefined] => [
        ["bakers", index, "keys", role, "publicKey"],
        baker.keys?.[role]?.publicKey,
      ]),
      [["bakers", index, "authenticationPublicKey"], baker.authenticationPublicKey],
    ]),
    ...each(signers).map(([index, signer]): [Path, string | undefined] => [
      ["signers", index, "sshPublicKey"],
      signer.sshPublicKey,
    ]),
    ...each(forwarders?.allowedNetworks).map(([index, network]): [Path, string] => [
      ["forwarders", "allowedNetworks", index],
      network,
    ]),
    [["forwarders", "hostPublicKey"], forwarders?.hostPublicKey],
    ...each(alerts?.emails).map(([index, email]): [Path, string] => [["alerts", "emails", index], email]),
    [["state", "bucket"], state?.bucket],
  ];
}

/** The key of an ssh public key: its comment is anything. */
const withoutTypeAndComment = (value: string) => /^ssh-\S+\s+(\S+)/.exec(value.trim())?.[1] ?? value;
