import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Fields } from "./fields";

/**
 * All that Google remembers: resources by their name, `<service>/projects/…`. With a file it survives the process too.
 */
export class Store {
  private resources = new Map<string, Fields>();
  private serial = 0;

  /** @param file where everything is kept as well; it is read if it exists */
  constructor(private readonly file?: string) {
    if (file && existsSync(file)) this.restore(readFileSync(file, "utf8"));
  }

  /** A number that was never given out before. */
  next(): number {
    this.serial += 1;
    return this.serial;
  }

  get(name: string): Fields | undefined {
    return this.resources.get(name);
  }

  put(name: string, resource: Fields): void {
    this.resources.set(name, resource);
    this.save();
  }

  remove(name: string): void {
    this.resources.delete(name);
    this.save();
  }

  /** Names and resources whose name begins with `prefix`, in the order in which they were made. */
  under(prefix: string): [string, Fields][] {
    return [...this.resources].filter(([name]) => name.startsWith(prefix));
  }

  /** Everything, as text for restore(). */
  snapshot(): string {
    return JSON.stringify({ serial: this.serial, resources: [...this.resources] });
  }

  restore(snapshot: string): void {
    const { serial, resources } = JSON.parse(snapshot);
    this.serial = serial;
    this.resources = new Map(resources);
  }

  private save(): void {
    if (!this.file) return;
    // Renamed, so that a process that is killed meanwhile leaves a complete file.
    writeFileSync(`${this.file}.new`, this.snapshot());
    renameSync(`${this.file}.new`, this.file);
  }
}
