const unit = 1024;
const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `49.4 KiB` */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let index = 0;
  for (; value >= unit && index < names.length - 1; index++) value /= unit;
  return `${index === 0 ? value : value.toFixed(1)} ${names[index]}`;
}

const secondsOf = { d: 86_400, h: 3_600, min: 60, s: 1 } as const;

/** `3 d`, `5 h`, `12 min`, `7 s` */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  const [name, size] = Object.entries(secondsOf).find(([, length]) => seconds >= length) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${name}`;
}
