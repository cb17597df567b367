/**
 * Imports that lint must refuse: the file that would write them (an existing one, so that lint knows its
 * project), the import, and what the message must name.
 */
export const boundaries = [
  ['apps/server/src/main.ts', '@angular/core', /@angular\/core/],
  ['apps/server/src/main.ts', 'socket.io-client', /socket\.io-client/],
  ['apps/server/src/main.ts', 'koffi', /koffi/],
  ['apps/client/src/main.ts', '@nestjs/common', /@nestjs\/common/],
  ['apps/client/src/main.ts', 'typeorm', /typeorm/],
  ['apps/client/src/main.ts', '@fleetmend/dashboard-api', /scope:client/],
  ['apps/simulator/src/main.ts', '@fleetmend/dashboard-api', /scope:simulator/],
  ['apps/dashboard/src/main.ts', '@fleetmend/client-protocol', /scope:dashboard/],
  ['apps/dashboard/src/main.ts', '@nestjs/common', /@nestjs\/common/],
  ['apps/dashboard/src/main.ts', 'pg', /pg/],
  ['libs/domain/src/index.ts', 'zod', /zod/],
  ['libs/domain/src/index.ts', 'node:fs', /node:fs/],
  ['libs/domain/src/index.ts', '@fleetmend/client-protocol', /scope:domain/],
  ['libs/client-protocol/src/index.ts', 'rxjs', /rxjs/],
  ['libs/client-protocol/src/index.ts', '@fleetmend/dashboard-api', /scope:client-protocol/],
  ['libs/dashboard-api/src/index.ts', '@angular/core', /@angular\/core/],
  ['libs/dashboard-api/src/index.ts', '@fleetmend/client-protocol', /scope:dashboard-api/],
  ['libs/simulation/src/index.ts', 'socket.io-client', /socket\.io-client/],
  ['libs/simulation/src/index.ts', 'node:timers', /node:timers/],
  ['libs/simulation/src/index.ts', '@fleetmend/dashboard-api', /scope:simulation/],
  ['libs/domain/src/index.ts', '@fleetmend/simulation', /scope:domain/],
  ['libs/client-protocol/src/index.ts', '@fleetmend/simulation', /scope:client-protocol/],
  ['apps/client/src/main.ts', '@fleetmend/simulation', /scope:client/],
  ['apps/dashboard/src/main.ts', '@fleetmend/simulation', /scope:dashboard/],
  ['apps/server/src/main.ts', '../../client/src/version', /relative/],
];
