import { ActiveFaults, type Faults } from "./faults";
import { numberFor } from "./fields";
import { Operations } from "./operations";
import type { Router } from "./router";
import { Store } from "./store";

/** What the services share. */
export class Google {
  readonly operations: Operations;
  private active: ActiveFaults;

  constructor(
    readonly store: Store,
    faults: Faults,
  ) {
    this.active = new ActiveFaults(faults);
    this.operations = new Operations(store, () => this.active);
  }

  get faults(): ActiveFaults {
    return this.active;
  }

  setFaults(faults: Faults): void {
    this.active = new ActiveFaults(faults);
  }

  /** Google refers to projects by their numbers in some of its answers. */
  projectNumber(project: string): string {
    return numberFor(project, 12);
  }
}

/** Adds the routes of one of Google's APIs, all below `/<service>/`. */
export type Service = (google: Google, router: Router) => void;

/** The time as Google writes it. */
export const now = (): string => new Date().toISOString();

export const googleApis = "https://www.googleapis.com";
