/** The sync of docs/wire.md: what the phone says, and what the server may answer. */

import type { Value, Version } from "./sheet";
import { flag, integer, list, map, record, type Status, text, WireError } from "./wire";

const STATUSES: readonly Status[] = ["ok", "closed", "opened", "revoked", "unknown", "update"];

export interface Refusal {
  readonly cell: string;
  readonly d: string;
  readonly n: number;
  readonly reason: string;
}

export interface SheetReply {
  readonly status: Status;
  readonly want: readonly string[];
  readonly refused: readonly Refusal[];
  readonly cells: Readonly<Record<string, readonly Version[]>>;
  readonly final?: boolean;
  readonly needs?: readonly string[];
}

export interface SyncReply {
  readonly now: number;
  readonly epoch: string;
  readonly sheets: readonly SheetReply[];
}

export interface SheetRequest {
  readonly cycle: string;
  readonly write: string;
  readonly read?: string;
  readonly have: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly cells: Readonly<Record<string, readonly Version[]>>;
}

export interface SyncRequest {
  readonly protocol: number;
  readonly app: string;
  readonly sheets: readonly SheetRequest[];
}

export function parseSyncReply(body: unknown): SyncReply {
  const reply = record(body, "reply");
  return {
    now: integer(reply.now, "now"),
    epoch: text(reply.epoch, "epoch"),
    sheets: list(reply.sheets, "sheets", parseSheetReply),
  };
}

/** Requests are read by tests and by a fake server; the phone only writes them. */
export function parseSyncRequest(body: unknown): SyncRequest {
  const request = record(body, "request");
  return {
    protocol: integer(request.protocol, "protocol"),
    app: text(request.app, "app"),
    sheets: list(request.sheets, "sheets", (value, at) => {
      const sheet = record(value, at);
      return {
        cycle: text(sheet.cycle, `${at}.cycle`),
        write: text(sheet.write, `${at}.write`),
        ...(sheet.read === undefined ? {} : { read: text(sheet.read, `${at}.read`) }),
        have: map(sheet.have, `${at}.have`, (cells, where) => map(cells, where, integer)),
        cells: map(sheet.cells, `${at}.cells`, (versions, where) => list(versions, where, parseVersion)),
      };
    }),
  };
}

function parseSheetReply(value: unknown, at: string): SheetReply {
  const sheet = record(value, at);
  const status = STATUSES.find((known) => known === sheet.status);
  if (status === undefined) throw new WireError(`${at}.status`, STATUSES.join(", "));
  return {
    status,
    want: list(sheet.want ?? [], `${at}.want`, text),
    refused: list(sheet.refused ?? [], `${at}.refused`, (refusal, where) => {
      const row = record(refusal, where);
      return {
        cell: text(row.cell, `${where}.cell`),
        d: text(row.d, `${where}.d`),
        n: integer(row.n, `${where}.n`),
        reason: text(row.reason, `${where}.reason`),
      };
    }),
    cells: map(sheet.cells ?? {}, `${at}.cells`, (versions, where) => list(versions, where, parseVersion)),
    ...(sheet.final === undefined ? {} : { final: flag(sheet.final, `${at}.final`) }),
    ...(sheet.needs === undefined ? {} : { needs: list(sheet.needs, `${at}.needs`, text) }),
  };
}

export function parseVersion(value: unknown, at: string): Version {
  const row = record(value, at);
  return {
    v: plain(row.v, `${at}.v`),
    hlc: integer(row.hlc, `${at}.hlc`),
    d: text(row.d, `${at}.d`),
    n: integer(row.n, `${at}.n`),
    seen: map(row.seen, `${at}.seen`, integer),
  };
}

function plain(value: unknown, at: string): Value {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  return Array.isArray(value) ? list(value, at, plain) : integer(value, at);
}
