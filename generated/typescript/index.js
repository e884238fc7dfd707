// Made of the sources in typescript/ of toolgram; do not edit.
import{J as d,L as e,M as f,b as a,q as b,s as c}from"./shared-SHBPRORH.js";export{d as Parser,b as ToolsError,a as collect,e as createParser,f as parse,c as readTools};
