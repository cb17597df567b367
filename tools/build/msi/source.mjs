import { COMPONENT, UPGRADE_CODE } from './identity.mjs';

/** Names that the tables refer to. */
export const FILE = 'ClientExe';

const DESCRIPTION =
  'Reports failures of Windows Update to the FleetMend server and repairs what its administrators order.';

/**
 * The package as far as wixl knows the words: one file (which lies beside the source) and one service, which Windows Installer itself makes, starts,
 * stops and removes, and puts back when an installation fails. The rest is in tables.mjs.
 */
export const source = ({ version, productCode }) => `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="${productCode}" UpgradeCode="${UPGRADE_CODE}" Version="${version}"
           Name="FleetMend Client" Manufacturer="FleetMend contributors" Language="1033">
    <Package Id="*" Description="FleetMend Client" Manufacturer="FleetMend contributors"
             InstallerVersion="500" Compressed="yes" InstallScope="perMachine"/>
    <MajorUpgrade DowngradeErrorMessage="A newer FleetMend client is installed on this computer. Remove it first."/>
    <Media Id="1" Cabinet="client.cab" EmbedCab="yes"/>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramFiles64Folder">
        <Directory Id="InstallFolder" Name="FleetMend">
          <Component Id="Client" Guid="${COMPONENT}" Win64="yes">
            <File Id="${FILE}" Name="fleetmend-client.exe" Source="fleetmend-client.exe" KeyPath="yes"/>
            <ServiceInstall Id="ClientService" Name="FleetMendClient" DisplayName="FleetMend Client"
                            Description="${DESCRIPTION}" Arguments="service"
                            Type="ownProcess" Start="auto" ErrorControl="normal" Vital="yes"/>
            <ServiceControl Id="ClientControl" Name="FleetMendClient"
                            Start="install" Stop="both" Remove="uninstall" Wait="yes"/>
          </Component>
        </Directory>
      </Directory>
    </Directory>
    <Feature Id="Client" Title="FleetMend Client" Level="1">
      <ComponentRef Id="Client"/>
    </Feature>
  </Product>
</Wix>
`;
