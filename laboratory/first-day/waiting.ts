import type { Laboratory } from "../cluster/laboratory";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** What each pod of a namespace waits for, in Kubernetes' words: "forwarder-1-… : sshd-pi: ImagePullBackOff". */
export function waitingFor(lab: Laboratory, namespace: string): string[] {
  const { items } = lab.controlPlane.get(["-n", namespace, "pods"]);
  const events: any[] = lab.controlPlane.get(["-n", namespace, "events", "--field-selector=type=Warning"]).items;
  return items.flatMap((pod: any) => {
    const { metadata, status } = pod;
    if (status.phase === "Succeeded") return [];
    if (status.conditions?.some(({ type, status }: any) => type === "Ready" && status === "True")) return [];
    const containers: any[] = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    const states = containers.flatMap(({ name, state }) =>
      state.waiting && !/^(PodInitializing|ContainerCreating)$/.test(state.waiting.reason)
        ? [`${name}: ${state.waiting.reason}`]
        : [],
    );
    // The laboratory has no cluster DNS, and nothing on the signer path needs it.
    const own = events.filter(
      ({ involvedObject, reason }) => involvedObject.uid === metadata.uid && reason !== "MissingClusterDNS",
    );
    const last = own.sort((a, b) => Date.parse(a.lastTimestamp) - Date.parse(b.lastTimestamp)).at(-1);
    const reasons =
      states.length > 0 ? states : last ? [`${last.reason}: ${firstSentence(last.message)}`] : [status.phase];
    return [`${metadata.name}: ${reasons.join("; ")}`];
  });
}

const firstSentence = (text: string): string => text.replace(/\s+/g, " ").slice(0, 160);
