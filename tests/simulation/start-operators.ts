import type { Org } from '../../contracts/orgs/org.ts';
import { openArbitrators } from './arbitrators.ts';
import type { Chance } from './chance.ts';
import type { ClientModel } from './client-model.ts';
import { openDesk } from './desk.ts';
import type { Marks } from './marks.ts';
import { openInProvinceOperators } from './in-province-operators.ts';
import { openOperators } from './operators.ts';
import { openPeople } from './people.ts';
import { openRecordOperators } from './record-operators.ts';
import type { SimNode } from './sim-node.ts';
import type { Weather } from './swarm.ts';
import { orgsOf } from './template.ts';
import { openTransferOperators } from './transfer-operators.ts';
import type { World } from './world.ts';

interface Workplace {
  world: World;
  chance: Chance;
  weather: Weather;
  model: ClientModel;
  marks: Marks;
  /** Until the faults are over. */
  areAtWork(): boolean;
}

/** Everybody begins their day: at the desks of every province, and at the unified platform. */
export function startOperators({ world, chance, weather, model, marks, areAtWork }: Workplace): void {
  const { hub, provinces, timeline } = world;
  let requests = 0;
  const of = { model, marks, now: () => timeline.nowMs, nextRequest: () => ++requests };

  function actEvery(meanMs: number, who: string, own: Chance, node: SimNode, people: { act(): Promise<void> }): void {
    timeline.after(own.waiting(meanMs), `${who} of ${node.id}`, node.id, () => {
      if (!areAtWork()) return;
      if (node.running) world.during(people.act());
      actEvery(meanMs, who, own, node, people);
    });
  }

  const primarySchools = (code: string): Org[] => orgsOf(code).filter(({ stages }) => stages.includes('primary'));
  if (weather.transferEveryMs !== Infinity) {
    const own = chance.fork('handlers of transfers');
    const operators = openTransferOperators(openDesk({ ...of, node: hub, chance: own }), provinces, primarySchools);
    actEvery(weather.transferEveryMs, 'a handler of transfers', own, hub, operators);
  }
  if (weather.recordEveryMs !== Infinity) {
    const own = chance.fork('arbitrators');
    const arbitrators = openArbitrators(openDesk({ ...of, node: hub, chance: own }));
    actEvery(weather.recordEveryMs * 2, 'an arbitrator', own, hub, arbitrators);
  }
  for (const province of provinces) {
    const own = chance.fork(`operators of ${province.id}`);
    const schools = primarySchools(province.id.slice(2)).slice(0, 2);
    const shared = orgsOf('37').find(({ level }) => level === 'school')!;
    const people = openPeople(own, shared, weather.sharedIdentities);
    const operators = openOperators(openDesk({ ...of, node: province, chance: own }), people, schools);
    actEvery(weather.operatorEveryMs, 'an operator', own, province, operators);
    if (weather.inProvinceEveryMs !== Infinity) {
      const inside = chance.fork(`takers of pupils of ${province.id}`);
      const desk = openDesk({ ...of, node: province, chance: inside });
      const takers = openInProvinceOperators(desk, primarySchools(province.id.slice(2)));
      actEvery(weather.inProvinceEveryMs, 'a taker of pupils', inside, province, takers);
    }
    if (weather.recordEveryMs === Infinity) continue;
    const others = chance.fork(`registrars of ${province.id}`);
    const registrars = openRecordOperators(openDesk({ ...of, node: province, chance: others }), people, schools);
    actEvery(weather.recordEveryMs, 'a registrar at the records', others, province, registrars);
  }
}
