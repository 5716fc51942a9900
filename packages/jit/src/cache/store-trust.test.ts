import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { storeLayout } from './store-layout.js';
import { storeFault } from './store-trust.js';

function store(parentMode = 0o755): ReturnType<typeof storeLayout> {
  const parent = join(temporaryDirectory(), 'parent');
  const layout = storeLayout(join(parent, 'cache'));
  mkdirSync(layout.kernels, { recursive: true });
  chmodSync(parent, parentMode);
  return layout;
}

const me = process.getuid?.() ?? 0;
const stranger = 4242;

describe('storeFault', () => {
  it('is none for what belongs to this user, or is not there yet', () => {
    expect(storeFault(store())).toBeUndefined();
    expect(storeFault(store(0o777))).toBeUndefined();
    expect(storeFault(storeLayout(join(temporaryDirectory(), 'not', 'there')))).toBeUndefined();
  });

  it('names the folder that every user may write to', () => {
    for (const folder of ['directory', 'root', 'kernels'] as const) {
      const layout = store();
      chmodSync(layout[folder], 0o1777);
      expect(storeFault(layout)).toContain(`every user may write to ${layout[folder]}.`);
    }
  });

  it('lets groups share a cache', () => {
    const layout = store();
    for (const folder of [layout.directory, layout.root, layout.kernels]) chmodSync(folder, 0o2775);
    expect(storeFault(layout)).toBeUndefined();
  });

  // Pitfall: kernels of a stranger in a shared cache.
  it('refuses what another user put where every user can, as in /tmp', () => {
    const layout = store(0o1777);
    // Only root can give it away; otherwise this user is the other one.
    const owner = me === 0 ? stranger : me;
    if (me === 0) chownSync(layout.directory, owner, owner);
    expect(storeFault(layout, owner + 1)).toMatch(
      /belongs to user \d+, and every user may write to .*parent/,
    );
    expect(storeFault(layout, owner)).toBeUndefined();
  });
});
