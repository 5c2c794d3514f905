import { LabIcon } from '@jupyterlab/ui-components';

export const dominoIcon = new LabIcon({
  name: 'jupyter-domino:domino',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path fill-rule="evenodd" d="M8.5 1h7A2.5 2.5 0 0 1 18 3.5v17a2.5 2.5 0 0 1-2.5 2.5h-7A2.5 2.5 0 0 1 6 20.5v-17A2.5 2.5 0 0 1 8.5 1zm0 2a.5.5 0 0 0-.5.5V11h8V3.5a.5.5 0 0 0-.5-.5h-7zM8 13v7.500a.5.5 0 0 0 .5.5h7a.5.5 0 0 0 .5-.5V13H8z"/>
    <circle cx="12" cy="7" r="1.6"/>
    <circle cx="10" cy="19" r="1.3"/>
    <circle cx="14" cy="15" r="1.3"/>
  </g>
</svg>`
});

export const runJobIcon = new LabIcon({
  name: 'jupyter-domino:run-job',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path fill-rule="evenodd" d="M5.5 2h6A1.500 1.500 0 0 1 13 3.5V8h-2V4H6v7h4v2H6v7h5v2H5.500A1.500 1.500 0 0 1 4 20.500v-17A1.500 1.500 0 0 1 5.500 2z"/>
    <circle cx="8.500" cy="7.500" r="1.400"/>
    <path d="M12 10v12l9-6z"/>
  </g>
</svg>`
});

/** Two pages with an arrow between them. */
export const diffIcon = new LabIcon({
  name: 'jupyter-domino:diff',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M11 4v2H5v12h6v2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h6zm8 0a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-6v-2h6V6h-6V4h6zm-8-3h2v22h-2z"/>
    <path d="M15 11h3v2h-3zM6 11h1.500V9.500h1V11H10v1h-1.500v1.500h-1V12H6z"/>
  </g>
</svg>`
});
