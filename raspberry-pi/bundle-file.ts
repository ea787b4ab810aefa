/** A file of a bundle. */
export interface BundleFile {
  /** Relative to the bundle's folder. A path that begins with `files/` is installed at the rest of it. */
  readonly path: string;
  /** Permissions, such as 0o644. */
  readonly mode: number;
  readonly text: string;
}
