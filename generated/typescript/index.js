// Made of the sources in typescript/ of toolgram; do not edit.
import{a as c,b as d,c as e}from"./shared-C2T5RXIF.js";import{B as b,p as a}from"./shared-2TXGLETG.js";export{b as ToolsError,a as collect,c as createParser,e as parse,d as readTools};
