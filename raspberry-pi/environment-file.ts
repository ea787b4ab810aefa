/**
 * Settings as lines of NAME="value", which systemd (EnvironmentFile=) and a shell read in the same way.
 * @throws Error for a value that the two would read differently
 */
export function environmentFile(settings: Record<string, string | number>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (/["$`\\\n]/.test(String(value))) {
        throw new Error(`${name} can't contain a quote, dollar sign, backtick, backslash or line break: ${value}`);
      }
      return `${name}="${value}"\n`;
    })
    .join("");
}
