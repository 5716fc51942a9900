// Makes .bundle/dg-gpu-bundle.tar.xz of the repository as it is built now.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compressedNode } from './bundle/compressed-node.js';
import { currentCommit } from './bundle/current-commit.js';
import { stageBundle } from './bundle/stage-bundle.js';
import { writeArchive } from './bundle/write-archive.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(repository, 'node_modules/.cache/dg-gpu-runner');
const stage = join(cache, 'stage');
const archive = join(repository, '.bundle/dg-gpu-bundle.tar.xz');

mkdirSync(cache, { recursive: true });
stageBundle(repository, stage, currentCommit(repository));
const bytes = writeArchive(compressedNode(cache), stage, archive);
process.stdout.write(`${archive}: ${(bytes / 1024 / 1024).toFixed(1)} MiB\n`);
