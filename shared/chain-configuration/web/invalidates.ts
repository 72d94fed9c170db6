import {
  listChainConfigurationChanges,
  listChainConfigurations,
  listConfigurableBusinesses,
} from '../../../contracts/chain-configuration.ts';

/** The reads that every act on a configuration changes. */
export const invalidates = [
  listChainConfigurations,
  listConfigurableBusinesses,
  listChainConfigurationChanges,
] as const;
