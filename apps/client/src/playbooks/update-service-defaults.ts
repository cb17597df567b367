import { type ServiceStartType } from '../windows/windows';

/** The first build whose Update Orchestrator starts with Windows; before it was started on demand (Windows 10 1903). */
const ORCHESTRATOR_IS_AUTOMATIC = 18_362;

/**
 * The start types of a fresh Windows, as Microsoft's "Guidance on disabling system services" lists them. BITS makes
 * itself automatic while it has jobs, and manual when it has none.
 */
const DEFAULTS: Readonly<Record<string, ServiceStartType>> = {
  wuauserv: 'manual',
  bits: 'manual',
  cryptsvc: 'automatic',
  dosvc: 'automatic',
  msiserver: 'manual',
};

/** The start type that a service has on a fresh Windows of this build. Undefined for services that nobody should touch. */
export function defaultStartType(
  service: string,
  build: number | undefined,
): ServiceStartType | undefined {
  const name = service.toLowerCase();
  if (name !== 'usosvc') return DEFAULTS[name];
  return build === undefined || build >= ORCHESTRATOR_IS_AUTOMATIC ? 'automatic' : 'manual';
}
