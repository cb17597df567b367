export { GUARD_COMMAND, GUARD_NAME, guardExists, removeGuard, startGuard } from './guard-service';
export {
  configureService,
  type Installed,
  installedExecutable,
  installService,
  queryOwnService,
  removeLeftovers,
  SERVICE_COMMAND,
  SERVICE_NAME,
  startOwnService,
  stopOwnService,
  uninstallService,
} from './own-service';
export { runAsService } from './service-host';
