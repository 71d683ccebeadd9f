// A figure in running text: the toolbar button opens the chooser of observations, and the text holds a
// reference. What the editor shows is a copy; readers see the value on the register.
(() => {
  const { ModalWorkflowSource, registerPlugin } = window.draftail;

  class FigureSource extends ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.observationChooser,
        urlParams: {},
        onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: { chosen: this.onChosen },
      };
    }

    filterEntityData(data) {
      return { id: data.id, string: data.string };
    }

    onChosen(data) {
      // "汽车工业产值：4047.7亿元，2025年1—11月" → "4047.7亿元"
      const quantity = data.string.split("：").slice(1).join("：").split("，")[0];
      super.onChosen({ ...data, title: quantity, prefer_this_title_as_link_text: true });
    }
  }

  const Figure = ({ entityKey, contentState, children }) => {
    const { string } = contentState.getEntity(entityKey).getData();
    return window.React.createElement("mark", { title: `引用数值　${string}` }, children);
  };

  registerPlugin({ type: "FIGURE", source: FigureSource, decorator: Figure }, "entityTypes");
})();
