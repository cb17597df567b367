export {
  configureService,
  type Installed,
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
