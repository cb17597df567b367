import { type Inventory } from '@fleetmend/client-protocol';
import { type Registry } from '../windows/windows';
import { textOf } from './reading';

const FIRMWARE = 'HARDWARE\\DESCRIPTION\\System\\BIOS';

/** Make and model as the firmware says them, placeholders of its maker included. Rejects where Windows refuses. */
export async function hardwareOf(registry: Registry): Promise<Inventory['hardware']> {
  const read = (value: string) => textOf(registry, FIRMWARE, value, 200);
  const hardware = {
    manufacturer: await read('SystemManufacturer'),
    model: await read('SystemProductName'),
    family: await read('SystemFamily'),
  };
  return Object.values(hardware).some((value) => value !== undefined) ? hardware : undefined;
}
