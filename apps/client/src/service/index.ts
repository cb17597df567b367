export {
  type Installed,
  installService,
  queryOwnService,
  SERVICE_COMMAND,
  SERVICE_NAME,
  startOwnService,
  uninstallService,
} from './own-service';
export { runAsService } from './service-host';
