import { type Answer, notFound, ok } from '../http/answer.ts';
import { type Call, param, type Routes } from '../http/call.ts';
import type { Delivery } from '../records.ts';
import { timestamp } from '../render/text.ts';
import { redeliver } from '../webhooks/deliver.ts';
import { inBackground } from '../webhooks/emit.ts';

function renderDelivery(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: timestamp(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function findDelivery(call: Call): Delivery {
  const id = Number(param(call, 'delivery_id'));
  const found = call.state.deliveries.find((one) => one.id === id);
  if (found === undefined) throw notFound();
  return found;
}

const succeeded = (delivery: Delivery) => delivery.statusCode >= 200 && delivery.statusCode < 300;

/** Newest first; the cursor is the id after which the next page begins. */
function listDeliveries(call: Call): Answer {
  const size = Math.min(100, Number(call.query.get('per_page') ?? 30) || 30);
  const cursor = call.query.get('cursor');
  const after = cursor === null ? Number.POSITIVE_INFINITY : Number(cursor.replace('v1_', ''));
  const status = call.query.get('status');
  const list = [...call.state.deliveries]
    .sort((a, b) => b.id - a.id)
    .filter((one) => one.id < after && (status === null || succeeded(one) === (status === 'success')));
  const page = list.slice(0, size);
  const last = page.at(-1);
  if (list.length <= size || last === undefined) return ok(page.map(renderDelivery));
  const next = new URL(call.url);
  next.searchParams.set('cursor', `v1_${last.id}`);
  return { ...ok(page.map(renderDelivery)), headers: { Link: `<${next.href}>; rel="next"` } };
}

const getDelivery = (call: Call): Answer => {
  const delivery = findDelivery(call);
  const payload: unknown = JSON.parse(delivery.body.toString('utf8'));
  return ok({
    ...renderDelivery(delivery),
    url: call.state.hook.url ?? '',
    request: { headers: delivery.requestHeaders, payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  });
};

const renderConfig = (call: Call) => ({
  content_type: call.state.hook.contentType,
  insecure_ssl: '0',
  secret: '********',
  ...(call.state.hook.url === undefined ? {} : { url: call.state.hook.url }),
});

function updateConfig(call: Call): Answer {
  const { hook } = call.state;
  const asked = call.body as { url?: string; secret?: string; content_type?: string };
  hook.url = asked.url ?? hook.url;
  hook.secret = asked.secret ?? hook.secret;
  hook.contentType = asked.content_type ?? hook.contentType;
  return ok(renderConfig(call));
}

export const hookRoutes: Routes = {
  'GET /app/hook/config': { needs: 'app', handle: (call) => ok(renderConfig(call)) },
  'PATCH /app/hook/config': { needs: 'app', handle: updateConfig },
  'GET /app/hook/deliveries': { needs: 'app', handle: listDeliveries },
  'GET /app/hook/deliveries/{delivery_id}': { needs: 'app', handle: getDelivery },
  'POST /app/hook/deliveries/{delivery_id}/attempts': {
    needs: 'app',
    handle: (call) => {
      inBackground(call.state, redeliver(call.state, findDelivery(call)));
      return { status: 202, json: {} };
    },
  },
};
