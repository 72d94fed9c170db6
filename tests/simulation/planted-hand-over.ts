import type { PlantedDefect } from './planted.ts';

/** Defects of the hand-over: one for each broken variant of its model (docs/SIMULATION.md), and more. */
export const handOverDefects: readonly PlantedDefect[] = [
  {
    name: 'sends a record without sealing it first',
    firstSeed: 5,
    foundBy: ['I02', 'I03', 'I05'],
    changes: [
      {
        file: 'province-node/hand-over/origin.js',
        from: `else
            await setCustody(province, tx, studentId, 'sealed');`,
        to: '',
      },
    ],
  },
  {
    name: 'admits a record before the hub has committed',
    firstSeed: 5,
    foundBy: ['I02', 'I03'],
    changes: [
      {
        file: 'central/transfer/hand-over.js',
        from: 'record?.version === version ? record : undefined);',
        to: 'record?.version === version ? record : undefined);\n        orderAdmit(hub, tx, after);',
      },
    ],
  },
  {
    name: 'lets a transfer be withdrawn after the commit',
    firstSeed: 90,
    foundBy: ['I02', 'I03', 'I06', 'liveness'],
    changes: [
      {
        file: 'contracts/transfer.js',
        from: "undo: { title: '撤销', from: ['sealing', 'copying']",
        to: "undo: { title: '撤销', from: ['sealing', 'copying', 'handed-over']",
      },
      {
        file: 'central/transfer/apply.js',
        from: "transfer.state === 'sealing' || transfer.state === 'copying'",
        to: "['sealing', 'copying', 'handed-over'].includes(transfer.state)",
      },
      {
        file: 'central/transfer/case.js',
        from: "if (state === 'sealing' || state === 'copying')",
        to: "if (['sealing', 'copying', 'handed-over'].includes(state))",
      },
    ],
  },
  {
    name: 'forgets with a restore of the hub what it had decided of transfers',
    firstSeed: 265,
    foundBy: ['I02', 'I03', 'I06', 'I13', 'I20', 'liveness', 'agreement', 'I08'],
    changes: [{ file: 'central/transfer/business.js', from: 'recalls: [on(TransferTold, toldRecalled)],', to: '' }],
  },
  {
    name: 'does not seal again what it had sealed before a restore',
    firstSeed: 216,
    foundBy: ['I02', 'I03', 'I05'],
    changes: [{ file: 'province-node/hand-over/business.js', from: 'on(RecordSealed, sealRecalled),', to: '' }],
  },
  {
    name: 'does not order hand-overs again after a restore of the hub',
    firstSeed: 444,
    foundBy: ['liveness', 'I03'],
    changes: [{ file: 'central/claim/recount.js', from: 'await orderAgain(hub, tx);', to: '' }],
  },
  {
    name: 'leaves the claim of a record behind',
    firstSeed: 5,
    foundBy: ['agreement'],
    changes: [
      {
        file: 'central/transfer/holder.js',
        from: 'await moveClaim(tx, claimNo, { province, schoolId, schoolName });',
        to: '',
      },
    ],
  },
  {
    name: 'hands a record over without its pictures',
    firstSeed: 5,
    foundBy: ['I12'],
    changes: [{ file: 'province-node/hand-over/packing.js', from: 'evidence: evidence.map(', to: 'evidence: [].map(' }],
  },
  {
    name: 'has a record at the destination as soon as it has come',
    firstSeed: 5,
    foundBy: ['I02', 'I03'],
    changes: [
      {
        file: 'province-node/hand-over/destination.js',
        from: 'async function admit(province, tx, handOver, epoch) {',
        to: 'export async function admit(province, tx, handOver, epoch) {',
      },
      {
        file: 'province-node/hand-over/staging.js',
        from: "import { isoTime } from '../../shared/clock.js';",
        to: "import { isoTime } from '../../shared/clock.js';\nimport { admit } from './destination.js';",
      },
      {
        file: 'province-node/hand-over/staging.js',
        from: "await saveHandOver(tx, { ...now, state: 'staged', record });",
        to: 'await admit(province, tx, { ...now, record }, 1);',
      },
    ],
  },
  {
    name: 'commits a hand-over before the destination has the record',
    firstSeed: 5,
    foundBy: ['I04'],
    changes: [
      {
        file: 'central/transfer/hand-over.js',
        from: 'record?.version === version ? record : undefined);',
        to: `record?.version === version ? record : undefined);
        await handedOver(tx, after);
        orderEnd(hub, tx, await changeTransfer(hub, tx, id, { state: 'handed-over', originDone: 0, destinationDone: 0 }));`,
      },
    ],
  },
  {
    name: 'writes to records after a restore before it has agreed with the hub',
    firstSeed: 216,
    foundBy: ['I02', 'I03', 'I05'],
    changes: [
      {
        file: 'shared/messaging/messaging.js',
        from: 'hasAgreed: (peer) => core.agreed.has(peer),',
        to: 'hasAgreed: () => true,',
      },
      {
        file: 'province-node/identity/awaited-recount.js',
        from: "await tx.updateTable('awaited_recount').set({ restored: 1 }).execute();",
        to: '',
      },
    ],
  },
  {
    name: 'asks no province after a restore of the hub',
    firstSeed: 265,
    foundBy: ['I02', 'I03', 'I07', 'I08', 'liveness', 'agreement'],
    changes: [{ file: 'central/businesses.js', from: 'restored: claimsForgotten,', to: '' }],
  },
  {
    name: 'obeys what the hub had ordered before its restore',
    firstSeed: 280,
    foundBy: ['I02', 'I03', 'I06', 'I07', 'I13', 'liveness', 'agreement', 'echo'],
    changes: [
      {
        file: 'shared/messaging/receive.js',
        from: `function arrivalsOf(desk, peer) {
    const known = desk.peers.get(peer) ?? newArrivals(peer);
    desk.peers.set(peer, known);`,
        to: `function arrivalsOf(desk, peer, { incarnation } = { incarnation: Infinity }) {
    const newest = desk.peers.get(peer)?.incarnation ?? 0;
    const name = peer === HUB && incarnation < newest ? peer + incarnation : peer;
    const known = desk.peers.get(name) ?? newArrivals(peer);
    desk.peers.set(name, known);`,
      },
      {
        file: 'shared/messaging/receive.js',
        from: 'hold(arrivalsOf(desk, subjectFrom), verified);',
        to: 'hold(arrivalsOf(desk, subjectFrom, verified.body), verified);',
      },
      {
        file: 'shared/messaging/receive.js',
        from: `desk.peers.delete(arrivals.peer);
            desk.peers.set(arrivals.peer, arrivals);`,
        to: '',
      },
      {
        file: 'shared/messaging/take.js',
        from: 'import { bodyHashAt, findReceived,',
        to: 'import { bodyHashAt, findReceived, findStream,',
      },
      {
        file: 'shared/messaging/take.js',
        from: "const found = await newestStream(tx, 'received', peer);",
        to: `const found = peer === 'hub'
        ? await findStream(tx, 'received', peer, arrivals.incarnation)
        : await newestStream(tx, 'received', peer);`,
      },
    ],
  },
  {
    name: 'purges a record at the origin with its release',
    firstSeed: 5,
    foundBy: ['I04'],
    changes: [
      {
        file: 'province-node/hand-over/origin.js',
        from: "await setCustody(province, tx, studentId, 'moved-out', epoch);",
        to: `await setCustody(province, tx, studentId, 'moved-out', epoch);
        await tx.deleteFrom('student_form').where('studentId', '=', studentId).execute();`,
      },
    ],
  },
  {
    name: 'commits what was withdrawn while it was on its way',
    firstSeed: 636,
    foundBy: ['I04', 'I03', 'I06', 'liveness'],
    changes: [
      {
        file: 'central/transfer/hand-over.js',
        from: `if (transfer?.state !== 'copying' || transfer.package !== item.package)
            continue;
        const state = stateAfter(transfer, 'commit');`,
        to: `if (transfer?.package !== item.package || ['handed-over', 'closed'].includes(transfer.state))
            continue;
        const state = 'handed-over';`,
      },
    ],
  },
  {
    name: 'takes no greeting of a province that knows only an older incarnation of the hub',
    firstSeed: 53,
    foundBy: ['liveness'],
    changes: [
      {
        file: 'shared/messaging/handshake.js',
        from: `async onHello(tx, message, hello, effects) {
            const peer = message.from;`,
        to: `async onHello(tx, message, hello, effects) {
            const peer = message.from;
            // 0: it has never met the hub.
            const { hubIncarnation: knows } = message;
            if (core.node === HUB && knows > 0 && knows < core.incarnation) return;`,
      },
    ],
  },
  {
    name: 'packs anew after a restore of the origin what is left of a record on its way',
    firstSeed: 216,
    foundBy: ['I05'],
    changes: [
      {
        file: 'province-node/hand-over/origin.js',
        from: "const fault = (await isRecalled(tx, studentId)) ? 'restored-behind' : null;",
        to: 'const fault = null;',
      },
      {
        file: 'province-node/hand-over/origin.js',
        from: 'packed: attempt, fault, manifest: JSON.stringify(manifest) });',
        to: 'packed: attempt - 1, fault });',
      },
      {
        file: 'central/transfer/hand-over.js',
        from: `if (!isBeingPacked(transfer))
            continue;
        const hash =`,
        to: `if (transfer?.state !== 'sealing' && transfer?.state !== 'copying')
            continue;
        const hash =`,
      },
      {
        file: 'central/transfer/hand-over.js',
        from: `if (!isBeingPacked(transfer))
            continue;
        if (!(await wasPassedOn(`,
        to: `if (transfer?.state !== 'sealing' && transfer?.state !== 'copying')
            continue;
        if (!(await wasPassedOn(`,
      },
      {
        file: 'central/transfer/hand-over.js',
        from: "const state = stateAfter(transfer, 'seal');",
        to: "const state = 'copying';",
      },
    ],
  },
];
