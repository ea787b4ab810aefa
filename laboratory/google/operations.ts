import type { ActiveFaults, OperationFault } from "./faults";
import type { Fields } from "./fields";
import type { Store } from "./store";

/** What the end of an operation does. Data and no function, since a stored operation may end in another process. */
export type Change = { readonly merge: string; readonly fields: Fields } | { readonly remove: string };

export interface Start {
  /** As the service names it, such as `insert` or `CREATE_CLUSTER`. */
  readonly type: string;
  /** Full name of what it works on, `projects/…`. */
  readonly target: string;
  /** Name under which the operation can be asked for, without its own name: `<service>/projects/…`. */
  readonly parent: string;
  /** How the service shows it. `fault` is given when it is done and has failed. */
  readonly show: (name: string, done: boolean, fault?: OperationFault) => Fields;
  readonly whenDone?: readonly Change[];
  /** Instead of whenDone. */
  readonly whenFailed?: readonly Change[];
}

interface StoredOperation {
  readonly target: string;
  readonly endsAt: number;
  readonly running: Fields;
  readonly done: Fields;
  readonly changes: readonly Change[];
  /** Whether its changes have been made. */
  readonly settled: boolean;
}

/** Long-running operations. Each is done at once unless a fault makes it slow. */
export class Operations {
  constructor(
    private readonly store: Store,
    private readonly faults: () => ActiveFaults,
  ) {}

  /** @returns the operation as the service shows it now */
  start({ type, target, parent, show, whenDone = [], whenFailed = [] }: Start): Fields {
    const name = `operation-${this.store.next()}`;
    const title = `${type} ${target}`;
    const fault = this.faults().ofOperation(title);
    const operation: StoredOperation = {
      target,
      endsAt: Date.now() + this.faults().duration(title),
      running: show(name, false),
      done: show(name, true, fault),
      changes: fault ? whenFailed : whenDone,
      settled: false,
    };
    this.store.put(`${parent}/operations/${name}`, operation);
    this.settle();
    return this.get(`${parent}/operations/${name}`)!;
  }

  /** @param name `<service>/projects/…/operations/<name>` @returns undefined where there is none of that name */
  get(name: string): Fields | undefined {
    const operation = this.store.get(name) as StoredOperation | undefined;
    return operation && (this.isDone(operation) ? operation.done : operation.running);
  }

  /** Does what operations do that have ended by now. Called before anything else looks at the store. */
  settle(): void {
    for (const [name, operation] of this.unsettled()) {
      if (!this.isDone(operation)) continue;
      for (const change of operation.changes) this.apply(change);
      this.store.put(name, { ...operation, settled: true });
    }
  }

  /** Whether an operation still works on `target` or on something in it. */
  isBusy(target: string): boolean {
    return this.unsettled().some(
      ([, operation]) =>
        !this.isDone(operation) && (operation.target === target || operation.target.startsWith(`${target}/`)),
    );
  }

  private unsettled(): [string, StoredOperation][] {
    return this.store.under("").filter(([name, { settled }]) => name.includes("/operations/") && !settled) as [
      string,
      StoredOperation,
    ][];
  }

  private isDone({ endsAt }: StoredOperation): boolean {
    return Date.now() >= endsAt;
  }

  private apply(change: Change): void {
    if ("merge" in change) {
      const stored = this.store.get(change.merge);
      if (stored) this.store.put(change.merge, { ...stored, ...change.fields });
      return;
    }
    this.store.remove(change.remove);
    for (const [child] of this.store.under(`${change.remove}/`)) {
      if (!child.includes("/operations/")) this.store.remove(child);
    }
  }
}
