import { z } from 'zod';
import { SessionView } from './account.ts';
import { endpoint } from './core/endpoint.ts';
import { NodeId } from './core/message.ts';
import { handlerRoles } from './orgs/roles.ts';

/**
 * From the province's menu into the unified platform (统一平台, features 18.1): the province signs a ticket for who is signed in
 * there, the browser carries it to the hub, and the hub takes it once. Who has shown a second factor at the province has
 * shown it.
 */

/** Part of what is signed: a ticket never passes for a message, nor a message for a ticket. */
export const TICKET_TYPE = 'application/vnd.xueji.platform-ticket+json;v=1';
/** From the click to the hub's page, milliseconds. */
export const TICKET_VALID_MS = 60_000;
/** How far the clocks of the two nodes may be apart, milliseconds. */
export const TICKET_CLOCK_SKEW_MS = 30_000;

export const PlatformTicket = z.strictObject({
  /** As at the province. */
  account: z.string().min(1).max(64),
  province: NodeId,
  hub: z.literal('hub'),
  /** 128 random bits, base64url: what is taken once. */
  nonce: z.string().regex(/^[\w-]{22}$/),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type PlatformTicket = z.infer<typeof PlatformTicket>;

/** In the address behind `#`, between the ticket and the case that is to be shown; no sign of base64url. */
export const TICKET_CASE = '&case=';

/** Longer than any ticket. */
const TICKET_TEXT_MAX = 4_000;

export const openPlatform = endpoint({
  method: 'post',
  path: '/api/platform-ticket',
  title: '打开统一平台',
  access: { roles: handlerRoles, reach: 'self' },
  input: z.object({}),
  output: z.object({
    /** The hub's page with the ticket behind `#`, which a browser keeps to itself. */
    url: z.string(),
  }),
  problems: ['illegal-move', 'not-agreed-with-hub'],
});

export const redeemTicket = endpoint({
  method: 'post',
  path: '/api/ticket',
  title: '从省级系统进入统一平台',
  access: 'public',
  input: z.object({ ticket: z.string().min(1).max(TICKET_TEXT_MAX) }),
  output: SessionView,
  problems: ['ticket-refused', 'too-many-requests'],
});
