import { setTimeout as sleep } from "node:timers/promises";
import { describeVm, isOff, requestPowerOff } from "./compute-engine";
import { print } from "./dialogue";
import { incomplete, secondsSince } from "./incomplete";
import { programErrorMessage } from "../programs";
import type { Target } from "./target";

/**
 * Powers off the VM, and returns when Compute Engine has confirmed that it is off.
 * @throws Failure with exit code 3 if that takes longer than `timeoutSeconds`, or gcloud fails
 */
export async function powerOff({ address, vm }: Target, timeoutSeconds: number): Promise<void> {
  const next = "Run fence again to continue. Until it has confirmed that the VM is off, no second baker may start.";
  if (vm === undefined || vm.status === "TERMINATED") {
    print("1. The VM is already off.");
    return;
  }
  try {
    requestPowerOff(address);
  } catch (error) {
    const message = `The request to power off ${address.name} failed, but may have been received.`;
    throw incomplete(message, programErrorMessage(error), next);
  }
  print(`1. Requested to power off ${address.name}.`);
  const begin = Date.now();
  let last = "";
  for (;;) {
    try {
      const now = describeVm(address);
      if (isOff(vm.id, now)) {
        const state = now?.id === vm.id ? now.status : "that this VM is gone";
        print(`2. Confirmed after ${secondsSince(begin)} s that it is off: Compute Engine reports ${state}.`);
        return;
      }
      last = `Compute Engine reports ${now?.status}.`;
    } catch (error) {
      last = programErrorMessage(error);
    }
    if (Date.now() - begin > timeoutSeconds * 1000) {
      const message = `${address.name} was not confirmed to be off within ${timeoutSeconds} s, so its Node is not tainted.`;
      throw incomplete(message, last, next);
    }
    await sleep(2_000);
  }
}
