/** Quantities as people read them. */

const MIB = 1024 * 1024;

/** A number of things, as `1 file` and `12,000 files`. Not by the locale: its data takes 20 to 50 ms to load. */
export function count(number: number, noun: string): string {
  const grouped = String(number).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped} ${noun}${number === 1 ? '' : 's'}`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < MIB ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}

export function duration(milliseconds: number): string {
  const rounded = Math.round(milliseconds);
  if (rounded < 1000) return `${rounded} ms`;
  if (rounded < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
