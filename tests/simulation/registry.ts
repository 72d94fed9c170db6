import { RegistryUnreachable } from '../../central/population-registry/population-registry-client.ts';
import type {
  PopulationRegistry,
  RegistryQuery,
  RegistryResult,
} from '../../central/population-registry/population-registry-client.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Chance } from './chance.ts';
import type { Marks } from './marks.ts';

export interface RegistryWeather {
  /** Nothing is answered. */
  down: boolean;
  /** Share of the calls that fail all the same. */
  errors: number;
  answerMs: number;
}

/** The population registry, as the hub meets it: slow, away for a while, and of another opinion about some people. */
export function openSimulatedRegistry(
  clock: Clock,
  chance: Chance,
  weather: RegistryWeather,
  marks: Marks,
): PopulationRegistry {
  return {
    link: () => (weather.down ? 'open' : 'closed'),
    verify: (queries) =>
      new Promise((resolve, reject) => {
        clock.after(chance.waiting(weather.answerMs), () => {
          if (weather.down || chance.happens(weather.errors)) {
            marks.fault('registry did not answer');
            reject(new RegistryUnreachable('simulated'));
          } else {
            resolve(queries.map(answerFor));
          }
        });
      }),
  };
}

/** A rule over the number, so that the same person gets the same answer for ever. */
export function answerFor({ idNumber }: Pick<RegistryQuery, 'idNumber'>): RegistryResult {
  const serial = Number(idNumber.slice(14, 17)) % 10;
  if (serial === 8) return 'name-mismatch';
  return serial === 9 ? 'not-found' : 'match';
}
