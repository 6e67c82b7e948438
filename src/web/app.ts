import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';

export type Bindings = { Bindings: HttpBindings };
export type App = Hono<Bindings>;
export type Request = Context<Bindings>;
