import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.js';
import { storeLayout } from './store-layout.js';
import { storeTrust } from './store-trust.js';

function store(parentMode = 0o755): ReturnType<typeof storeLayout> {
  const parent = join(temporaryDirectory(), 'parent');
  const layout = storeLayout(join(parent, 'cache'));
  mkdirSync(layout.kernels, { recursive: true });
  chmodSync(parent, parentMode);
  return layout;
}

const me = process.getuid?.() ?? 0;
const stranger = 4242;

describe('storeTrust', () => {
  it('is there for what belongs to this user', () => {
    expect(storeTrust(store())).toBe('trusted');
    expect(storeTrust(store(0o777))).toBe('trusted');
  });

  it('is not settled while a folder is not there', () => {
    const layout = store(0o777);
    for (const folder of [layout.kernels, layout.root, layout.directory]) {
      rmSync(folder, { recursive: true });
      expect(storeTrust(layout)).toBe('absent');
    }
  });

  it('names the folder that every user may write to', () => {
    for (const folder of ['directory', 'root', 'kernels'] as const) {
      const layout = store();
      chmodSync(layout[folder], 0o1777);
      expect(storeTrust(layout)).toEqual({
        fault: expect.stringContaining(`every user may write to ${layout[folder]}.`),
      });
    }
  });

  it('lets groups share a cache', () => {
    const layout = store();
    for (const folder of [layout.directory, layout.root, layout.kernels]) chmodSync(folder, 0o2775);
    expect(storeTrust(layout)).toBe('trusted');
  });

  // Pitfall: kernels of a stranger in a shared cache.
  it('refuses what another user put where every user can, as in /tmp', () => {
    const layout = store(0o1777);
    // Only root can give it away; otherwise this user is the other one.
    const owner = me === 0 ? stranger : me;
    if (me === 0) chownSync(layout.directory, owner, owner);
    expect(storeTrust(layout, owner + 1)).toEqual({
      fault: expect.stringMatching(/belongs to user \d+, and every user may write to .*parent/),
    });
    expect(storeTrust(layout, owner)).toBe('trusted');
  });
});
