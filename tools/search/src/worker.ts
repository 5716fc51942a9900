// One process of the search: opens the device, then runs the cases that it is told, one at a time.
import { outcomeOf } from './case-outcome.js';
import { drawCase } from './draw-case.js';
import { searchDevices } from './search-devices.js';
import { searchOperations } from './search-operations.js';
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.js';

const { device: id, seed, sizes } = JSON.parse(process.argv[2]!) as WorkerSettings;
const operations = searchOperations();
const send = (message: FromWorker) => process.send!(message);

try {
  const devices = await searchDevices(id);
  process.on('message', async (index: ToWorker) => {
    const drawn = drawCase(operations, { seed, index, sizes });
    send({ type: 'outcome', outcome: await outcomeOf(drawn, index, devices) });
  });
  // The search has ended, or was ended.
  process.on('disconnect', () => process.exit());
  const { name, properties } = devices.device;
  send({ type: 'ready', name, model: properties.model });
} catch (error) {
  send({ type: 'unavailable', message: error instanceof Error ? error.message : String(error) });
}
