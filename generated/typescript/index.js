// Made of the sources in typescript/ of toolgram; do not edit.
import{a as c,b as d,c as e}from"./shared-TMKIKN6B.js";import{B as b,p as a}from"./shared-K37Y6WDR.js";export{b as ToolsError,a as collect,c as createParser,e as parse,d as readTools};
